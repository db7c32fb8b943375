-- expect: empty
SELECT /*{{n}}*/ '{{m}}' FROM mesa;
