-- exit: 3
-- prints: a table without transactions kept its rows
-- database: real
-- with: --allow-write
-- write: rollback

-- test: MyISAM knows no rollback
-- expect: ok
REPLACE INTO flat VALUES (1);
