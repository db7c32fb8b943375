-- expect: empty
SELECT /*{{n}}*/ id FROM mesa;
