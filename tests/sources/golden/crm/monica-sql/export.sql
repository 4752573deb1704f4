# ************************************************************
# Maya Okonkwo dump of data
# Export date: 2026-02-01 10:00:00
# How to use:
# * create a fresh database
# * run migrations (`php artisan migrate`)
# * import this sql file
# ************************************************************

SET FOREIGN_KEY_CHECKS=0;

INSERT IGNORE INTO accounts (`id`,`api_key`,`number_of_invitations_sent`) VALUES
 (1,'x',0);

INSERT IGNORE INTO activities (`id`,`account_id`,`activity_type_id`,`summary`,`description`,`happened_at`,`created_at`,`updated_at`) VALUES
 (7,1,NULL,'Lunch at \'Blades\' again','We ate.
It was (very) good, it\'s true;
a third line),','2026-01-07','2026-01-07 10:00:00',NULL);

INSERT IGNORE INTO contacts (`id`,`account_id`,`first_name`,`middle_name`,`last_name`,`uuid`,`birthday_special_date_id`,`first_met_through_contact_id`,`first_met_special_date_id`,`job`,`company`) VALUES
 (11,1,'Ana',NULL,'López','c-ana',3,NULL,NULL,'Director','Northwind'),
 (12,1,'Ben',NULL,'O\'Kafor','c-ben',NULL,11,4,NULL,NULL);

INSERT IGNORE INTO activity_contact (`activity_id`,`account_id`,`contact_id`) VALUES
 (7,1,11),
 (7,1,12);

INSERT IGNORE INTO calls (`id`,`account_id`,`contact_id`,`called_at`,`content`,`contact_called`,`created_at`,`updated_at`) VALUES
 (1,1,11,'2026-01-05 09:00:00','about',1,NULL,NULL);

INSERT IGNORE INTO contact_field_types (`id`,`account_id`,`name`) VALUES
 (1,1,'Email'),
 (2,1,'Telegram');

INSERT IGNORE INTO contact_fields (`id`,`account_id`,`contact_id`,`contact_field_type_id`,`data`,`created_at`,`updated_at`) VALUES
 (1,1,11,1,'ana@lopez.example',NULL,NULL);

INSERT IGNORE INTO conversations (`id`,`account_id`,`contact_id`,`contact_field_type_id`,`created_at`,`updated_at`) VALUES
 (5,1,12,2,NULL,NULL);

INSERT IGNORE INTO messages (`id`,`account_id`,`contact_id`,`conversation_id`,`content`,`written_at`,`written_by_me`,`created_at`,`updated_at`) VALUES
 (1,1,12,5,'Hello','2026-01-06 10:00:00',1,NULL,NULL);

INSERT IGNORE INTO notes (`id`,`account_id`,`contact_id`,`body`) VALUES
 (1,1,11,'secret), (2,3');

INSERT IGNORE INTO relationship_types (`id`,`account_id`,`name`) VALUES
 (9,1,'colleague');

INSERT IGNORE INTO relationships (`id`,`account_id`,`relationship_type_id`,`contact_is`,`of_contact`,`created_at`,`updated_at`) VALUES
 (1,1,9,11,12,NULL,NULL);

INSERT IGNORE INTO special_dates (`id`,`account_id`,`contact_id`,`uuid`,`is_age_based`,`is_year_unknown`,`date`) VALUES
 (3,1,11,'s',0,0,'1980-04-12'),
 (4,1,12,'t',0,0,'2021-05-01');

INSERT IGNORE INTO users (`id`,`first_name`,`last_name`,`email`,`me_contact_id`,`password`) VALUES
 (1,'Maya','Okonkwo','maya@okonkwo.example',NULL,'$2y$10$xx');

SET FOREIGN_KEY_CHECKS=1;
