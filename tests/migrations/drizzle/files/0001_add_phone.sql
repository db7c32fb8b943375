ALTER TABLE `guest` ADD `phone` varchar(20);
--> statement-breakpoint
ALTER TABLE `guest` ADD `mail` varchar(80);
