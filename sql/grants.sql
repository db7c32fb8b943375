-- suite: Rights for the migrations
-- tags: gate, before
-- owner: dba
-- connection: migrator
-- needs: migrator
-- empty-schema: allowed
-- why: a migration without its right stops half way, or skips itself and is recorded all the same

-- Who migrates is often not who runs the checks, so the connection has a name of its own; without it these tests are skipped:
--
--	postflight run sql/grants.sql --connection migrator=mysql://deploy:...@db1/arisgourmet
--
-- Rights that came by a role, for all databases or for a pattern of names count. Another client judges the samples in this file:
-- put the lines of its own SHOW GRANTS there.

-- test: the account shows what it was granted
-- capture: grants: list 1
SHOW GRANTS;

-- test: its grants can be read
-- why: the tests below judge what was read here
-- capture: held: value
-- expect: value != 'none'
WITH RECURSIVE numbered (n) AS (
  SELECT 1
  UNION ALL
  SELECT n + 1 FROM numbered WHERE n < 500
), granted (line) AS (
  SELECT SUBSTRING_INDEX(SUBSTRING_INDEX(g.lines_of_it, CHAR(10 USING utf8mb4), numbered.n), CHAR(10 USING utf8mb4), -1)
    FROM (SELECT CONCAT_WS(CHAR(10 USING utf8mb4), /*{{grants}}*/ 'GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost`') AS lines_of_it) g
    JOIN numbered
      ON numbered.n <= CHAR_LENGTH(g.lines_of_it) - CHAR_LENGTH(REPLACE(g.lines_of_it, CHAR(10 USING utf8mb4), '')) + 1
), parts (verb, privileges, target) AS (
  SELECT SUBSTRING_INDEX(line, ' ', 1),
         REPLACE(SUBSTRING(SUBSTRING_INDEX(line, ' ON ', 1), LOCATE(' ', line) + 1), ', ', ','),
         SUBSTRING(line, LOCATE(' ON ', line) + 4)
    FROM granted
   WHERE line LIKE 'GRANT % ON %.* TO %' OR line LIKE 'REVOKE % ON %.* FROM %'
), here (verb, privileges, everywhere) AS (
  SELECT verb, privileges, target LIKE '*.* %'
    FROM parts
   WHERE target LIKE '*.* %'
      OR LOCATE(CONCAT(LEFT(target, 1), '.* '), target) > 1
         AND CONVERT(DATABASE() USING utf8mb4) COLLATE utf8mb4_bin LIKE
             REPLACE(SUBSTRING_INDEX(SUBSTRING(target, 2), CONCAT(LEFT(target, 1), '.* '), 1), CHAR(92 USING utf8mb4), '|') ESCAPE '|'
)
SELECT COALESCE(GROUP_CONCAT(p.name), 'none') AS held
  FROM (SELECT 'SELECT' AS name UNION ALL SELECT 'INSERT' UNION ALL SELECT 'UPDATE' UNION ALL SELECT 'DELETE'
        UNION ALL SELECT 'CREATE' UNION ALL SELECT 'ALTER' UNION ALL SELECT 'DROP' UNION ALL SELECT 'INDEX'
        UNION ALL SELECT 'REFERENCES' UNION ALL SELECT 'SHOW VIEW' UNION ALL SELECT 'TRIGGER' UNION ALL SELECT 'EVENT'
        UNION ALL SELECT 'RELOAD' UNION ALL SELECT 'FLUSH_TABLES') p
 WHERE EXISTS (SELECT 1 FROM here g
                WHERE g.verb = 'GRANT' AND (g.privileges = 'ALL PRIVILEGES' OR FIND_IN_SET(p.name, g.privileges))
                  AND NOT (g.everywhere
                           AND EXISTS (SELECT 1 FROM here r WHERE r.verb = 'REVOKE' AND FIND_IN_SET(p.name, r.privileges))));

-- test: it may read
-- why: migrate:run asks its history first what is left to do
-- fix: GRANT SELECT ON the schema TO the account that migrates
-- expect: empty
SELECT CURRENT_USER() AS account, 'SELECT' AS lacks, /*{{held}}*/ 'SELECT' AS holds
  FROM DUAL
 WHERE NOT FIND_IN_SET('SELECT', /*{{held}}*/ 'SELECT');

-- test: it may add rows
-- why: the seed, and the history itself, are rows: without it the first migration is made and not recorded
-- fix: GRANT INSERT ON the schema TO the account that migrates
-- expect: empty
SELECT CURRENT_USER() AS account, 'INSERT' AS lacks, /*{{held}}*/ 'INSERT' AS holds
  FROM DUAL
 WHERE NOT FIND_IN_SET('INSERT', /*{{held}}*/ 'INSERT');

-- test: it may change rows
-- why: a migration that fills a new column of old rows stops in the middle
-- fix: GRANT UPDATE ON the schema TO the account that migrates
-- prefer: empty
SELECT CURRENT_USER() AS account, 'UPDATE' AS lacks, /*{{held}}*/ 'UPDATE' AS holds
  FROM DUAL
 WHERE NOT FIND_IN_SET('UPDATE', /*{{held}}*/ 'UPDATE');

-- test: it may delete rows
-- why: migrate:revert takes the row of what it undid out of the history
-- fix: GRANT DELETE ON the schema TO the account that migrates
-- prefer: empty
SELECT CURRENT_USER() AS account, 'DELETE' AS lacks, /*{{held}}*/ 'DELETE' AS holds
  FROM DUAL
 WHERE NOT FIND_IN_SET('DELETE', /*{{held}}*/ 'DELETE');

-- test: it may create tables
-- why: the first migration stops, and so does the table of the history
-- fix: GRANT CREATE ON the schema TO the account that migrates
-- expect: empty
SELECT CURRENT_USER() AS account, 'CREATE' AS lacks, /*{{held}}*/ 'CREATE' AS holds
  FROM DUAL
 WHERE NOT FIND_IN_SET('CREATE', /*{{held}}*/ 'CREATE');

-- test: it may alter tables
-- why: the last two migrations skip themselves and are recorded: a full history, and two foreign keys missing
-- fix: GRANT ALTER ON the schema TO the account that migrates
-- expect: empty
SELECT CURRENT_USER() AS account, 'ALTER' AS lacks, /*{{held}}*/ 'ALTER' AS holds
  FROM DUAL
 WHERE NOT FIND_IN_SET('ALTER', /*{{held}}*/ 'ALTER');

-- test: it may drop
-- why: the sixth migration stops; five are recorded, and all tables are there already
-- fix: GRANT DROP ON the schema TO the account that migrates
-- expect: empty
SELECT CURRENT_USER() AS account, 'DROP' AS lacks, /*{{held}}*/ 'DROP' AS holds
  FROM DUAL
 WHERE NOT FIND_IN_SET('DROP', /*{{held}}*/ 'DROP');

-- test: it may create indexes
-- why: a migration that adds an index to a table that is there stops, and what it did before is not undone
-- fix: GRANT INDEX ON the schema TO the account that migrates
-- prefer: empty
SELECT CURRENT_USER() AS account, 'INDEX' AS lacks, /*{{held}}*/ 'INDEX' AS holds
  FROM DUAL
 WHERE NOT FIND_IN_SET('INDEX', /*{{held}}*/ 'INDEX');

-- test: it may make foreign keys
-- why: the first migration stops: MySQL refuses a foreign key without it
-- fix: GRANT REFERENCES ON the schema TO the account that migrates
-- expect: empty
SELECT CURRENT_USER() AS account, 'REFERENCES' AS lacks, /*{{held}}*/ 'REFERENCES' AS holds
  FROM DUAL
 WHERE NOT FIND_IN_SET('REFERENCES', /*{{held}}*/ 'REFERENCES') AND VERSION() NOT LIKE '%MariaDB%';

-- test: it may make foreign keys on another server too
-- why: MariaDB does not ask for it; the same release on MySQL stops at the first migration
-- fix: GRANT REFERENCES ON the schema TO the account that migrates
-- prefer: empty
SELECT CURRENT_USER() AS account, 'REFERENCES' AS lacks, /*{{held}}*/ 'REFERENCES' AS holds
  FROM DUAL
 WHERE NOT FIND_IN_SET('REFERENCES', /*{{held}}*/ 'REFERENCES') AND VERSION() LIKE '%MariaDB%';

-- test: it may make the backup
-- tags: backup
-- why: mysqldump --single-transaction --routines --triggers --events ends with 2 and a file without its last line; without
--      TRIGGER it ends with 0 and a file without triggers
-- fix: GRANT what is listed to the account that makes the backup; it need not be this one
-- prefer: empty
SELECT CURRENT_USER() AS account, p.name AS lacks, /*{{held}}*/ 'SELECT,SHOW VIEW,TRIGGER,EVENT,RELOAD' AS holds
  FROM (SELECT 'SELECT' AS name UNION ALL SELECT 'SHOW VIEW' UNION ALL SELECT 'TRIGGER' UNION ALL SELECT 'EVENT'
        UNION ALL SELECT 'RELOAD') p
 WHERE NOT FIND_IN_SET(p.name, /*{{held}}*/ 'SELECT,SHOW VIEW,TRIGGER,EVENT,RELOAD')
   AND NOT (p.name = 'RELOAD' AND (VERSION() LIKE '%MariaDB%' OR FIND_IN_SET('FLUSH_TABLES', /*{{held}}*/ '')));
