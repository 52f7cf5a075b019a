/*
 * Graphviz's context. Usually it finds its plugins by a file of its libraries' folder, which is a system's. A program
 * that takes its libraries along is linked with the two that are needed (the option `graphviz_plugins`).
 */
#include "tree/tree_internal.h"

#include <graphviz/gvc.h>
#include <graphviz/gvplugin.h>

#ifdef REHEARSE_LINKS_GRAPHVIZ

extern gvplugin_library_t gvplugin_core_LTX_library, gvplugin_dot_layout_LTX_library;

GVC_t *graphviz_context(void)
{
	static const lt_symlist_t plugins[] = {
		{ "gvplugin_dot_layout_LTX_library", &gvplugin_dot_layout_LTX_library },
		{ "gvplugin_core_LTX_library", &gvplugin_core_LTX_library },
		{ NULL, NULL },
	};

	return gvContextPlugins(plugins, 0);
}

#else

GVC_t *graphviz_context(void)
{
	return gvContext();
}

#endif
