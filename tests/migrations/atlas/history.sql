CREATE TABLE `atlas_schema_revisions` (
  `version` varchar(255) NOT NULL,
  `description` varchar(255) NOT NULL,
  `type` bigint(20) unsigned NOT NULL DEFAULT 2,
  `applied` bigint(20) NOT NULL DEFAULT 0,
  `total` bigint(20) NOT NULL DEFAULT 0,
  `executed_at` timestamp NOT NULL,
  `execution_time` bigint(20) NOT NULL,
  `error` longtext DEFAULT NULL,
  `error_stmt` longtext DEFAULT NULL,
  `hash` varchar(255) NOT NULL,
  `partial_hashes` longtext DEFAULT NULL,
  `operator_version` varchar(255) NOT NULL,
  PRIMARY KEY (`version`)
);
INSERT INTO `atlas_schema_revisions` VALUES ('.atlas_cloud_identifier','x',2,0,0,'2024-01-01 10:00:00',0,NULL,NULL,'',NULL,'Atlas CLI v0.20.0');
INSERT INTO `atlas_schema_revisions` VALUES ('20240101100000','create_guest',2,1,1,'2024-01-01 10:00:00',1000,NULL,NULL,'ZUpf63zqzJ5/0q5NV3+LdD+C5e/wHTFdwmW3z6VEySU=',NULL,'Atlas CLI v0.20.0');
INSERT INTO `atlas_schema_revisions` VALUES ('20240102100000','add_phone',2,1,1,'2024-01-01 10:00:00',1000,NULL,NULL,'t7aZHxl0J8wTvze+Cf1pqYoJjZmDXnuz7xBISbWNkv8=',NULL,'Atlas CLI v0.20.0');
