COMMENT ON TABLE item IS 'what was sold';
