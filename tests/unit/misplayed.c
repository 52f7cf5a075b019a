/*
 * Tests that end in each way there is, for misplayed.sh.
 */
#include "check.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

Test(misplayed, holds)
{
	cr_assert(eq(int, 1, 1));
}

Test(misplayed, fails_and_goes_on)
{
	cr_expect(eq(int, 1, 2));
	cr_expect(eq(int, 1, 1));
}

Test(misplayed, fails_and_stops)
{
	cr_assert(eq(int, 1, 2));
	exit(4);
}

Test(misplayed, is_killed)
{
	raise(SIGKILL);
}

Test(misplayed, leaves)
{
	exit(3);
}

Test(misplayed, is_skipped)
{
	cr_skip_test("the moon is %s", "full");
}

Test(misplayed, hangs, .timeout = 1)
{
	pause();
}
