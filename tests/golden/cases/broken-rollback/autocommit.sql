-- write: rollback

SET autocommit = 1;
