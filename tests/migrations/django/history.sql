CREATE TABLE `django_migrations` (
  `id` int(11) NOT NULL AUTO_INCREMENT,
  `app` varchar(255) NOT NULL,
  `name` varchar(255) NOT NULL,
  `applied` datetime(6) NOT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=5 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_general_ci;
INSERT INTO `django_migrations` VALUES (1,'contenttypes','0001_initial','2026-11-24 07:06:38.266072');
INSERT INTO `django_migrations` VALUES (2,'contenttypes','0002_remove_content_type_name','2026-11-24 07:06:38.405720');
INSERT INTO `django_migrations` VALUES (3,'shop','0001_initial','2026-11-24 07:06:38.436803');
INSERT INTO `django_migrations` VALUES (4,'shop','0002_phone','2026-11-24 07:06:38.474376');
