-- expect: jsonpath "$.a" == 1
-- expect: header "x" = 1
SELECT 1;
