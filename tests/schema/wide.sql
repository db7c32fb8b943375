-- Everything that a contract tells of and that all servers share. The contract beside it must hold on each of them.
SET NAMES utf8mb4;

CREATE TABLE parent (
  id int unsigned NOT NULL AUTO_INCREMENT,
  code char(8) CHARACTER SET ascii NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY code_once (code)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='a comment';

CREATE TABLE wide (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  parent_id int unsigned NULL,
  flag tinyint(1) NOT NULL DEFAULT 0,
  small tinyint NOT NULL DEFAULT 1,
  filled int(5) unsigned zerofill NULL DEFAULT 3,
  price decimal(10,2) NULL DEFAULT 0,
  ratio double NULL DEFAULT 0.5,
  name varchar(20) NULL DEFAULT 'it''s \\ x',
  nothing varchar(20) NULL DEFAULT 'NULL',
  state enum('new','it''s done') NOT NULL DEFAULT 'new',
  words set('a','b') NULL,
  bits bit(3) NULL DEFAULT b'101',
  raw_bytes varbinary(8) NULL DEFAULT 'abcd',
  doc json NULL,
  note text NULL DEFAULT ('x'),
  uid char(36) NULL DEFAULT (uuid()),
  born year NULL DEFAULT 2020,
  seen timestamp NULL DEFAULT NULL,
  made datetime(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  day_made date NULL DEFAULT '2026-01-31',
  doubled int GENERATED ALWAYS AS (small * 2) VIRTUAL,
  kept int GENERATED ALWAYS AS (small + flag) STORED,
  spanish varchar(20) COLLATE utf8mb4_spanish_ci NULL,
  latin varchar(20) CHARACTER SET latin1 NULL,
  hidden int NULL INVISIBLE,
  place point NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY two (name, state),
  KEY mixed (price, flag DESC),
  KEY beginning (name(5)),
  FULLTEXT KEY words_of (note),
  SPATIAL KEY places (place),
  CONSTRAINT sensible CHECK (price >= 0 AND (small <> 3 OR flag IN (0, 1))),
  CONSTRAINT not_a_bird CHECK (spanish <> 'ñandú'),
  CONSTRAINT named_well CHECK (name LIKE 'x''%' OR name IS NULL),
  CONSTRAINT has_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE ON UPDATE SET NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 ROW_FORMAT=COMPACT;

CREATE TABLE parted (
  id int NOT NULL,
  `odd name` int NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
PARTITION BY RANGE (id) (PARTITION low VALUES LESS THAN (10), PARTITION high VALUES LESS THAN MAXVALUE);

CREATE SQL SECURITY INVOKER VIEW joined AS
  SELECT w.name AS name, p.code AS code
    FROM wide w LEFT JOIN parent p ON p.id = w.parent_id
   WHERE w.price > 1 AND (w.small <> 2 OR UPPER(w.name) = 'X');

CREATE VIEW birds AS
  SELECT x.name AS name FROM wide x
   WHERE x.name NOT LIKE 'a%' AND x.spanish REGEXP 'ñ' AND EXISTS (SELECT 1 FROM parent p WHERE p.id = x.parent_id);

CREATE VIEW counted AS
  SELECT state AS state, COUNT(*) AS n FROM wide GROUP BY state HAVING COUNT(*) > 1;

CREATE TRIGGER before_parent BEFORE INSERT ON parent FOR EACH ROW SET NEW.code = LOWER(NEW.code);

DELIMITER //
CREATE PROCEDURE forget (IN days int, OUT gone int)
  MODIFIES SQL DATA SQL SECURITY INVOKER
BEGIN
  DELETE FROM wide WHERE made < NOW() - INTERVAL days DAY;
  SET gone = ROW_COUNT();
END//
CREATE FUNCTION twice (x bigint unsigned) RETURNS bigint DETERMINISTIC
RETURN x * 2//
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM parted//
DELIMITER ;
