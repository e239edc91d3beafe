"""Use-cases of the premises: spots of the plan with their holders and lent days, things and their loans, registered
offices.
"""
