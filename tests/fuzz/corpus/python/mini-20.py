for revision in x: pass
with a as down_revision: pass
from m import (depends_on, x as branch_labels)
