-- expect: empty
SELECT 1 /*!50000 + {{n}} */;
