-- write: perhaps

-- expect: ok
DELETE FROM tmp_x;
