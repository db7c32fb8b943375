-- expect: empty
SELECT 1 /*! + 1
