-- expect: ok
{{statement}};
