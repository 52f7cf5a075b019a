/*
 * report/page_texts.h - the files of report/page/, put into the program as they stand when it is built
 * (harness/embed.sh). One line a file.
 */
#ifndef REPORT_PAGE_TEXTS_H
#define REPORT_PAGE_TEXTS_H

extern const char page_script[]; /* script.js */
extern const char page_style[];  /* style.css */

#endif
