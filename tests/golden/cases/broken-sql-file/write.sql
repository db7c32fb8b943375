-- expect: ok
-- write: yes
DELETE FROM tmp_x;
