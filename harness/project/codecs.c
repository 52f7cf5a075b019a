/*
 * Made of Python 3.11's `encodings`: aliases, and what each single-byte encoding does not decode.
 */
#include "project/codecs.h"

#include "kit/arena.h"

static const struct codec {
	enum codec_kind kind;
	const char *names;     /* with blanks between them */
	const char *undefined; /* bytes, two digits each */
} codecs[] = {
	{ CODEC_NO_TEXT, "base64 base-64 base64-codec", "" },
	{ CODEC_ASCII, "big5 csbig5 big5-tw x-mac-trad-chinese", "" },
	{ CODEC_ASCII, "hkscs big5hkscs big5-hkscs", "" },
	{ CODEC_NO_TEXT, "bz2 bz2-codec", "" },
	{ CODEC_ASCII, "charmap", "" },
	{ CODEC_OTHER, "037 cp037 ibm037 ibm039 csibm037 ebcdic-cp-ca ebcdic-cp-nl ebcdic-cp-us ebcdic-cp-wt",
			"" },
	{ CODEC_ASCII, "cp1006", "" },
	{ CODEC_OTHER, "1026 cp1026 ibm1026 csibm1026", "" },
	{ CODEC_ASCII, "1125 cp1125 cp866u ruscii ibm1125", "" },
	{ CODEC_OTHER, "1140 cp1140 ibm1140", "" },
	{ CODEC_ASCII, "1250 cp1250 windows-1250", "8183889098" },
	{ CODEC_ASCII, "1251 cp1251 windows-1251", "98" },
	{ CODEC_ASCII, "1252 cp1252 windows-1252", "818d8f909d" },
	{ CODEC_ASCII, "1253 cp1253 windows-1253", "81888a8c8d8e8f90989a9c9d9e9faad2ff" },
	{ CODEC_ASCII, "1254 cp1254 windows-1254", "818d8e8f909d9e" },
	{ CODEC_ASCII, "1255 cp1255 windows-1255",
			"818a8c8d8e8f909a9c9d9e9fcad9dadbdcdddedffbfcff" },
	{ CODEC_ASCII, "1256 cp1256 windows-1256", "" },
	{ CODEC_ASCII, "1257 cp1257 windows-1257", "8183888a8c90989a9c9fa1a5" },
	{ CODEC_ASCII, "1258 cp1258 windows-1258", "818a8d8e8f909a9d9e" },
	{ CODEC_OTHER, "273 cp273 ibm273 csibm273", "" },
	{ CODEC_OTHER, "424 cp424 ibm424 csibm424 ebcdic-cp-he", "" },
	{ CODEC_ASCII, "437 cp437 ibm437 cspc8codepage437", "" },
	{ CODEC_OTHER, "500 cp500 ibm500 csibm500 ebcdic-cp-be ebcdic-cp-ch", "" },
	{ CODEC_ASCII, "cp720", "" },
	{ CODEC_ASCII, "cp737", "" },
	{ CODEC_ASCII, "775 cp775 ibm775 cspc775baltic", "" },
	{ CODEC_ASCII, "850 cp850 ibm850 cspc850multilingual", "" },
	{ CODEC_ASCII, "852 cp852 ibm852 cspcp852", "" },
	{ CODEC_ASCII, "855 cp855 ibm855 csibm855", "" },
	{ CODEC_ASCII, "cp856",
			"9b9d9fa0a1a2a3a4a5a6a7a8adb5b6b7c6c7d0d1d2d3d4d5d6d7d8dee0e1e2e3e4e5e7e8e9eaebeced" },
	{ CODEC_ASCII, "857 cp857 ibm857 csibm857", "d5e7f2" },
	{ CODEC_ASCII, "858 cp858 ibm858 csibm858", "" },
	{ CODEC_ASCII, "860 cp860 ibm860 csibm860", "" },
	{ CODEC_ASCII, "861 cp-is cp861 ibm861 csibm861", "" },
	{ CODEC_ASCII, "862 cp862 ibm862 cspc862latinhebrew", "" },
	{ CODEC_ASCII, "863 cp863 ibm863 csibm863", "" },
	{ CODEC_ASCII, "864 cp864 ibm864 csibm864", "" },
	{ CODEC_ASCII, "865 cp865 ibm865 csibm865", "" },
	{ CODEC_ASCII, "866 cp866 ibm866 csibm866", "" },
	{ CODEC_ASCII, "869 cp-gr cp869 ibm869 csibm869", "808182838485879394" },
	{ CODEC_ASCII, "cp874", "81828384868788898a8b8c8d8e8f9098999a9b9c9d9e9fdbdcdddefcfdfeff" },
	{ CODEC_OTHER, "cp875", "" },
	{ CODEC_ASCII, "932 cp932 ms932 mskanji ms-kanji", "" },
	{ CODEC_ASCII, "949 uhc cp949 ms949", "" },
	{ CODEC_ASCII, "950 cp950 ms950", "" },
	{ CODEC_ASCII, "jisx0213 eucjis2004 euc-jis2004 euc-jis-2004", "" },
	{ CODEC_ASCII, "eucjisx0213 euc-jisx0213", "" },
	{ CODEC_ASCII, "ujis eucjp u-jis euc-jp", "" },
	{ CODEC_ASCII, "euckr euc-kr korean ksc5601 ksx1001 ks-c-5601 ks-x-1001 x-mac-korean ks-c-5601-1987",
			"" },
	{ CODEC_ASCII, "gb18030 gb18030-2000", "" },
	{ CODEC_ASCII, "euccn euc-cn gb2312 chinese gb2312-80 iso-ir-58 gb2312-1980 eucgb2312-cn csiso58gb231280 x-mac-simp-chinese",
			"" },
	{ CODEC_ASCII, "936 gbk cp936 ms936", "" },
	{ CODEC_NO_TEXT, "hex hex-codec", "" },
	{ CODEC_ASCII, "r8 cp1051 roman8 ibm1051 hp-roman8", "ff" },
	{ CODEC_ASCII, "hz hzgb hz-gb hz-gb-2312", "" },
	{ CODEC_ASCII, "idna", "" },
	{ CODEC_ASCII, "iso2022jp iso2022-jp csiso2022jp iso-2022-jp", "" },
	{ CODEC_ASCII, "iso2022jp-1 iso2022-jp-1 iso-2022-jp-1", "" },
	{ CODEC_ASCII, "iso2022jp-2 iso2022-jp-2 iso-2022-jp-2", "" },
	{ CODEC_ASCII, "iso2022jp-2004 iso2022-jp-2004 iso-2022-jp-2004", "" },
	{ CODEC_ASCII, "iso2022jp-3 iso2022-jp-3 iso-2022-jp-3", "" },
	{ CODEC_ASCII, "iso2022jp-ext iso2022-jp-ext iso-2022-jp-ext", "" },
	{ CODEC_ASCII, "iso2022kr iso2022-kr csiso2022kr iso-2022-kr", "" },
	{ CODEC_ASCII, "l1 8859 cp819 latin ibm819 latin1 iso8859 latin-1 iso8859-1 iso-8859-1 iso-ir-100 csisolatin1 iso-8859-1-1987",
			"" },
	{ CODEC_ASCII, "l6 latin6 iso-ir-157 iso8859-10 csisolatin6 iso-8859-10 iso-8859-10-1992",
			"" },
	{ CODEC_ASCII, "thai iso8859-11 iso-8859-11 iso-8859-11-2001", "dbdcdddefcfdfeff" },
	{ CODEC_ASCII, "l7 latin7 iso8859-13 iso-8859-13", "" },
	{ CODEC_ASCII, "l8 latin8 iso-celtic iso-ir-199 iso8859-14 iso-8859-14 iso-8859-14-1998",
			"" },
	{ CODEC_ASCII, "l9 latin9 iso8859-15 iso-8859-15", "" },
	{ CODEC_ASCII, "l10 latin10 iso-ir-226 iso8859-16 iso-8859-16 iso-8859-16-2001", "" },
	{ CODEC_ASCII, "l2 latin2 iso8859-2 iso-8859-2 iso-ir-101 csisolatin2 iso-8859-2-1987",
			"" },
	{ CODEC_ASCII, "l3 latin3 iso8859-3 iso-8859-3 iso-ir-109 csisolatin3 iso-8859-3-1988",
			"a5aebec3d0e3f0" },
	{ CODEC_ASCII, "l4 latin4 iso8859-4 iso-8859-4 iso-ir-110 csisolatin4 iso-8859-4-1988",
			"" },
	{ CODEC_ASCII, "cyrillic iso8859-5 iso-8859-5 iso-ir-144 iso-8859-5-1988 csisolatincyrillic",
			"" },
	{ CODEC_ASCII, "arabic asmo-708 ecma-114 iso8859-6 iso-8859-6 iso-ir-127 iso-8859-6-1987 csisolatinarabic",
			"a1a2a3a5a6a7a8a9aaabaeafb0b1b2b3b4b5b6b7b8b9babcbdbec0dbdcdddedff3f4f5f6f7f8f9fafbfcfdfeff" },
	{ CODEC_ASCII, "greek greek8 ecma-118 elot-928 iso8859-7 iso-8859-7 iso-ir-126 csisolatingreek iso-8859-7-1987",
			"aed2ff" },
	{ CODEC_ASCII, "hebrew iso8859-8 iso-8859-8 iso-ir-138 iso-8859-8-1988 csisolatinhebrew",
			"a1bfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdddefbfcff" },
	{ CODEC_ASCII, "l5 latin5 iso8859-9 iso-8859-9 iso-ir-148 csisolatin5 iso-8859-9-1989",
			"" },
	{ CODEC_ASCII, "johab cp1361 ms1361", "" },
	{ CODEC_ASCII, "koi8-r cskoi8r", "" },
	{ CODEC_ASCII, "koi8-t", "888f989a9c9d9e9fa0a8a9aaafb4b8babcbdbe" },
	{ CODEC_ASCII, "koi8-u", "" },
	{ CODEC_ASCII, "kz1048 rk1048 kz-1048 strk1048-2002", "98" },
	{ CODEC_ASCII, "mac-arabic", "" },
	{ CODEC_ASCII, "mac-croatian", "" },
	{ CODEC_ASCII, "maccyrillic mac-cyrillic", "" },
	{ CODEC_ASCII, "mac-farsi", "" },
	{ CODEC_ASCII, "macgreek mac-greek", "" },
	{ CODEC_ASCII, "maciceland mac-iceland", "" },
	{ CODEC_ASCII, "maclatin2 mac-latin2 mac-centeuro maccentraleurope", "" },
	{ CODEC_ASCII, "macroman mac-roman macintosh", "" },
	{ CODEC_ASCII, "mac-romanian", "" },
	{ CODEC_ASCII, "macturkish mac-turkish", "" },
	{ CODEC_ASCII, "palmos", "" },
	{ CODEC_ASCII, "cp154 pt154 ptcp154 csptcp154 cyrillic-asian", "" },
	{ CODEC_ASCII, "punycode", "" },
	{ CODEC_NO_TEXT, "quopri quopri-codec quotedprintable quoted-printable", "" },
	{ CODEC_ASCII, "raw-unicode-escape", "" },
	{ CODEC_NO_TEXT, "rot13 rot-13", "" },
	{ CODEC_ASCII, "sjis s-jis shiftjis shift-jis csshiftjis x-mac-japanese", "" },
	{ CODEC_ASCII, "sjis-2004 s-jis-2004 shiftjis2004 shift-jis-2004", "" },
	{ CODEC_ASCII, "sjisx0213 s-jisx0213 shiftjisx0213 shift-jisx0213", "" },
	{ CODEC_ASCII, "tis620 tis-620 tis-620-0 iso-ir-166 tis-620-2529-0 tis-620-2529-1",
			"a0dbdcdddefcfdfeff" },
	{ CODEC_OTHER, "undefined", "" },
	{ CODEC_ASCII, "unicode-escape", "" },
	{ CODEC_OTHER, "u16 utf16 utf-16", "" },
	{ CODEC_OTHER, "utf-16be utf-16-be unicodebigunmarked", "" },
	{ CODEC_OTHER, "utf-16le utf-16-le unicodelittleunmarked", "" },
	{ CODEC_OTHER, "u32 utf32 utf-32", "" },
	{ CODEC_OTHER, "utf-32be utf-32-be", "" },
	{ CODEC_OTHER, "utf-32le utf-32-le", "" },
	{ CODEC_ASCII, "u7 utf7 utf-7 unicode-1-1-utf-7", "" },
	{ CODEC_NO_TEXT, "uu uu-codec", "" },
	{ CODEC_NO_TEXT, "zip zlib zlib-codec", "" },
};

/* As the table has names: small letters and digits, and one "-" for whatever stands between them. */
static str plain_name(str name, struct arena *arena)
{
	struct buf plain = { .arena = arena };

	for (size_t i = 0; i < name.len; i++) {
		const char c = name.data[i];
		const bool is_capital = c >= 'A' && c <= 'Z';

		if (is_capital || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			buf_add_char(&plain, is_capital ? (char)(c + 32) : c);
		} else if (plain.len && plain.data[plain.len - 1] != '-') {
			buf_add_char(&plain, '-');
		}
	}
	return buf_str(&plain);
}

enum codec_kind codec_find(str name, const char **ret_undefined, struct arena *arena)
{
	const str wanted = plain_name(name, arena);

	*ret_undefined = "";
	for (size_t i = 0; i < COUNT_OF(codecs); i++) {
		str names = str_from(codecs[i].names), one;

		while (str_next_part(&names, ' ', &one)) {
			if (str_equal(one, wanted)) {
				*ret_undefined = codecs[i].undefined;
				return codecs[i].kind;
			}
		}
	}
	return CODEC_UNKNOWN;
}
