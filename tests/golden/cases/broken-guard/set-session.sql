-- expect: ok
SET SESSION sql_mode = '';
