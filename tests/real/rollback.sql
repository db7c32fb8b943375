-- exit: 0
-- database: real
-- with: --allow-write
-- write: rollback

INSERT INTO work VALUES (1, 'a'), (2, 'b');

-- test: they are there
-- expect: value == 2
SELECT COUNT(*) FROM work;

-- test: twice is refused
-- expect: error 1062
INSERT INTO work VALUES (1, 'c');

-- test: the last one
-- expect: affected 2
UPDATE work SET note = 'x';
