// SPDX-License-Identifier: ISC
/* conf/conf_text.h - the text of a configuration, without its comments. */
#ifndef CONF_CONF_TEXT_H
#define CONF_CONF_TEXT_H

#include <stddef.h>

/*
 * Puts blanks in place of the comments in text, which has len bytes; lines remain lines.
 * libconfuse 3.3 counts a comment as three lines, and refuses one in a list.
 *
 * 0, or the number of the line where a comment begins that has no end.
 */
unsigned conf_text_blank(char *text, size_t len);

/*
 * 0, or the line of the first NUL: libconfuse would end there, and at the front of a file
 * without a word.
 */
unsigned conf_text_nul(const char *text, size_t len);

#endif
