-- exit: 0
-- database: real

-- test: what the guard cannot see the session refuses
-- expect: value == 1
SELECT @@SESSION.tx_read_only;
