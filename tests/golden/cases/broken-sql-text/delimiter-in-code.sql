-- expect: empty
SELECT 1 /*! ; */
