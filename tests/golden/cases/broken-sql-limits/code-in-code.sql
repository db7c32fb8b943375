-- expect: ok
SELECT 1 /*! + /*! 2 */ */;
