"""crm playbooks

Revision ID: 098_crm_playbooks
Revises: 097_upsell_engine
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '098_crm_playbooks'
down_revision = '097_upsell_engine'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('crm_playbooks', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('crm_playbooks')
