"""i18n copy registry

Revision ID: 0015_i18n_copy_registry
Revises: 0014_privacy_requests
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '0015_i18n_copy_registry'
down_revision = '0014_privacy_requests'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('i18n_copy_registry', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('i18n_copy_registry')
