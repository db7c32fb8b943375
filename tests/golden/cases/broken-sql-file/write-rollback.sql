-- a licence

-- expect: ok
-- write: rollback
DELETE FROM tmp_x;
