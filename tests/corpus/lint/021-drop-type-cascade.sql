-- L10: takes columns along
DROP TYPE state CASCADE;
