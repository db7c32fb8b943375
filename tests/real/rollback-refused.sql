-- exit: 3
-- prints: a table without transactions kept its rows
-- database: real
-- with: --allow-write
-- write: rollback

-- test: MyISAM takes it
-- expect: ok
REPLACE INTO flat VALUES (1);

-- test: the last one is refused, as it should be, and the end of the transaction is looked at all the same
-- expect: error 1146
INSERT INTO no_such_table VALUES (1);
