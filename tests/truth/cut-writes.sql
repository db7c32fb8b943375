-- suite: Writes that the server changed
-- write: true

-- test: what fits
-- expect: affected 1
INSERT INTO padded VALUES (2, 'two');

-- test: a text that does not
-- expect: affected 1
INSERT INTO padded VALUES (3, 'three and more');

-- test: it was meant
-- expect: affected 1
-- expect: warnings = 1
INSERT INTO padded VALUES (4, 'four and more');

-- test: a comparison of texts with a number
-- expect: affected 4
UPDATE padded SET n = n WHERE word = 0;

-- test: clean again
-- expect: affected 3
DELETE FROM padded WHERE n > 1;
