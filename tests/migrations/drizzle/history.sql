CREATE TABLE `__drizzle_migrations` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `hash` text NOT NULL,
  `created_at` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `__drizzle_migrations` VALUES (1,'083bfe9090ea73c403fedc5ce895a245428b8b7941b8b7ded8d07e58fb482d4e',1704100000000);
INSERT INTO `__drizzle_migrations` VALUES (2,'aca1f18db7720d311c7c43f6c7a2d115a51ec918f27b6239edb7a40a061e57ba',1704200000000);
