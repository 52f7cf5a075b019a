"""smart alert rules

Revision ID: 065_smart_alert_rules
Revises: 064_education_tables
Create Date: 2024-03-04 10:11:12.131415

"""
from alembic import op
import sqlalchemy as sa


# revision identifiers, used by Alembic.
revision = '065_smart_alert_rules'
down_revision = '064_education_tables'
branch_labels = None
depends_on = None


def upgrade():
    op.create_table('smart_alert_rules', sa.Column('id', sa.Integer, primary_key=True))


def downgrade():
    op.drop_table('smart_alert_rules')
