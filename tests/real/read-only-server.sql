-- exit: 0
-- database: real

-- test: what the guard cannot see the session refuses
-- expect: rows >= 1
SHOW SESSION VARIABLES WHERE Variable_name IN ('tx_read_only', 'transaction_read_only') AND Value = 'ON';
