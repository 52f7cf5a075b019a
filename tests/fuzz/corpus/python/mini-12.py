# coding: latin-1
revision = "é"
