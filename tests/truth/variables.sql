-- suite: Variables that hold nothing
-- empty-schema: allowed

-- test: found nothing
-- capture: ids: list "id"
-- expect: ok
SELECT 1 AS id FROM DUAL WHERE FALSE;

-- test: found null
-- capture: nothing: value
-- expect: ok
SELECT NULL;

-- test: among no ids
-- expect: rows 1
SELECT 1 FROM DUAL WHERE 1 IN ({{ids}});

-- test: outside of no ids
-- expect: empty
SELECT 1 FROM DUAL WHERE 1 NOT IN ({{ids}});

-- test: skipped without ids
-- when: variable "ids" count > 0
-- expect: empty
SELECT 1 FROM DUAL WHERE 1 IN ({{ids}});

-- test: equal to null
-- expect: empty
SELECT 1 FROM DUAL WHERE 1 = {{nothing}};

-- test: null, compared
-- expect: empty
SELECT 1 FROM DUAL WHERE {{nothing}} <> 1;

-- test: like null
-- expect: empty
SELECT 1 FROM DUAL WHERE 'a' LIKE {{nothing}};

-- test: null among others
-- expect: empty
SELECT 1 FROM DUAL WHERE 1 IN (1, {{nothing}});

-- test: null-safe
-- expect: empty
SELECT 1 FROM DUAL WHERE 1 <=> {{nothing}};
