@x
def upgrade(): pass
async def downgrade(): pass
revision = -1
down_revision = 5
