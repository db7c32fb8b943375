-- expect: empty
SELECT `id
