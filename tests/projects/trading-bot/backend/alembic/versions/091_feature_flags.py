"""feature flags

Revision ID: 091_feature_flags
Revises: 090_user_theme
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '091_feature_flags'
down_revision = '090_user_theme'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('feature_flags', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('feature_flags')
