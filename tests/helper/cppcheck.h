/* cppcheck.h - jansson's loops, in a form that cppcheck can read. */
#define json_array_foreach(array, index, value) \
	for (index = 0; (value = json_array_get(array, index)) != 0; index++)
#define json_object_foreach(object, key, value) \
	for (key = json_first(object); (value = json_at(key)) != 0; \
	    key = json_next(key))
