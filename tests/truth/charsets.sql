-- suite: Texts of old character sets

-- test: latin1 as it is
-- expect: value = "añ€"
SELECT word FROM old_latin1;

-- test: found in latin1
-- expect: rows 1
SELECT 1 FROM old_latin1 WHERE word = 'añ€';

-- test: utf8mb3 as it is
-- expect: value = "añ漢"
SELECT word FROM old_utf8mb3;

-- test: what no utf8mb3 can hold is not there
-- expect: empty
SELECT 1 FROM old_utf8mb3 WHERE word = '😀';

-- test: another text
-- expect: value = "anE"
SELECT word FROM old_latin1;
