-- expect: ok
SELECT /*+ SET_VAR(sql_log_bin=0) */ 1;
