-- L9
ALTER TABLE "public"."product" DROP COLUMN "legacy";
