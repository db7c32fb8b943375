-- suite: The same in every mode
-- variable: quote = it's "x" \ 1

-- test: a value comes as it was given
-- expect: value = {{quote}}
SELECT {{quote}};

-- test: and inside quotes
-- expect: rows 1
SELECT 1 FROM DUAL WHERE 'a{{quote}}' = CONCAT('a', {{quote}});

-- test: an offender is found
-- expect: empty
SELECT n FROM padded WHERE word = 'one';

-- test: blanks are no part of a text
-- expect: value = "one"
SELECT TRIM(word) FROM padded;

-- test: arithmetic
-- expect: value = -1
SELECT CAST(1 AS SIGNED) - 2;

-- test: no text is not null
-- expect: value = 1
SELECT COUNT(*) FROM padded WHERE word IS NOT NULL;
