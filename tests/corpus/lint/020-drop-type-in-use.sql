-- L10: fails, columns have it
DROP TYPE state;
