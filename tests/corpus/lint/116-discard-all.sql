-- L46: drops the lock of whoever runs this
DISCARD ALL;
