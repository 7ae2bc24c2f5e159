""" Contains all the data models used in inputs/outputs """

from .access import Access
from .access_reason import AccessReason
from .amount import Amount
from .another_way import AnotherWay
from .another_way_way import AnotherWayWay
from .answer import Answer
from .answer_by import AnswerBy
from .answer_facts import AnswerFacts
from .appeal import Appeal
from .appeal_by import AppealBy
from .approval import Approval
from .approval_preview import ApprovalPreview
from .approval_preview_effect import ApprovalPreviewEffect
from .approve import Approve
from .asked import Asked
from .asked_many import AskedMany
from .by import By
from .by_by import ByBy
from .cancel import Cancel
from .cancel_by import CancelBy
from .cancellation import Cancellation
from .cancellation_preview import CancellationPreview
from .charge import Charge
from .charge_state import ChargeState
from .check import Check
from .claim import Claim
from .clock import Clock
from .customer import Customer
from .customer_chosen import CustomerChosen
from .customers_chosen import CustomersChosen
from .decision import Decision
from .decline import Decline
from .deliveries import Deliveries
from .delivery import Delivery
from .endpoint import Endpoint
from .endpoint_secret import EndpointSecret
from .endpoints import Endpoints
from .entitlement import Entitlement
from .entitlement_reason import EntitlementReason
from .entitlements import Entitlements
from .fact import Fact
from .fact_data import FactData
from .facts import Facts
from .finding import Finding
from .finding_values import FindingValues
from .goodwill import Goodwill
from .granting_term import GrantingTerm
from .interval import Interval
from .list_refund_requests_state_type_0 import ListRefundRequestsStateType0
from .list_refunds_state_type_0 import ListRefundsStateType0
from .list_webhook_deliveries_state_type_0 import ListWebhookDeliveriesStateType0
from .movement import Movement
from .new_claim import NewClaim
from .new_customer import NewCustomer
from .new_endpoint import NewEndpoint
from .new_payment_method import NewPaymentMethod
from .new_payment_method_by import NewPaymentMethodBy
from .new_plan import NewPlan
from .new_plan_product_class import NewPlanProductClass
from .new_price import NewPrice
from .new_request import NewRequest
from .new_request_by import NewRequestBy
from .new_request_route_type_0 import NewRequestRouteType0
from .new_sandbox import NewSandbox
from .new_subscription import NewSubscription
from .next_change import NextChange
from .next_charge import NextCharge
from .offline_answer import OfflineAnswer
from .on_sale import OnSale
from .order_chosen import OrderChosen
from .order_chosen_kind import OrderChosenKind
from .orders_chosen import OrdersChosen
from .paid_back import PaidBack
from .plan import Plan
from .plan_chosen import PlanChosen
from .plans_chosen import PlansChosen
from .policies_chosen import PoliciesChosen
from .policy_chosen import PolicyChosen
from .policy_text_chosen import PolicyTextChosen
from .price import Price
from .problem import Problem
from .problem_errors_item import ProblemErrorsItem
from .problem_values import ProblemValues
from .question import Question
from .refund import Refund
from .refund_chosen import RefundChosen
from .refund_chosen_effect import RefundChosenEffect
from .refund_chosen_state import RefundChosenState
from .refund_chosen_way import RefundChosenWay
from .refund_effect import RefundEffect
from .refund_request import RefundRequest
from .refund_request_act import RefundRequestAct
from .refund_request_chosen import RefundRequestChosen
from .refund_request_chosen_act import RefundRequestChosenAct
from .refund_request_chosen_state import RefundRequestChosenState
from .refund_request_state import RefundRequestState
from .refund_requests_chosen import RefundRequestsChosen
from .refund_state import RefundState
from .refund_way import RefundWay
from .refunds_chosen import RefundsChosen
from .replay import Replay
from .replayed import Replayed
from .request_preview import RequestPreview
from .request_preview_effect import RequestPreviewEffect
from .sandbox import Sandbox
from .sandbox_key import SandboxKey
from .sandboxes import Sandboxes
from .stated_facts import StatedFacts
from .stated_facts_facts import StatedFactsFacts
from .stretch import Stretch
from .stretch_outcome import StretchOutcome
from .subscription import Subscription
from .subscription_chosen import SubscriptionChosen
from .subscription_chosen_state import SubscriptionChosenState
from .subscription_state import SubscriptionState
from .subscriptions_chosen import SubscriptionsChosen
from .summary import Summary
from .term import Term
from .term_state import TermState
from .terms import Terms
from .told import Told
from .try_ import Try
from .undo_preview import UndoPreview
from .until import Until
from .verdict import Verdict
from .verdict_outcome import VerdictOutcome
from .what_if import WhatIf
from .what_if_act import WhatIfAct
from .what_if_kind import WhatIfKind

__all__ = (
    "Access",
    "AccessReason",
    "Amount",
    "AnotherWay",
    "AnotherWayWay",
    "Answer",
    "AnswerBy",
    "AnswerFacts",
    "Appeal",
    "AppealBy",
    "Approval",
    "ApprovalPreview",
    "ApprovalPreviewEffect",
    "Approve",
    "Asked",
    "AskedMany",
    "By",
    "ByBy",
    "Cancel",
    "CancelBy",
    "Cancellation",
    "CancellationPreview",
    "Charge",
    "ChargeState",
    "Check",
    "Claim",
    "Clock",
    "Customer",
    "CustomerChosen",
    "CustomersChosen",
    "Decision",
    "Decline",
    "Deliveries",
    "Delivery",
    "Endpoint",
    "Endpoints",
    "EndpointSecret",
    "Entitlement",
    "EntitlementReason",
    "Entitlements",
    "Fact",
    "FactData",
    "Facts",
    "Finding",
    "FindingValues",
    "Goodwill",
    "GrantingTerm",
    "Interval",
    "ListRefundRequestsStateType0",
    "ListRefundsStateType0",
    "ListWebhookDeliveriesStateType0",
    "Movement",
    "NewClaim",
    "NewCustomer",
    "NewEndpoint",
    "NewPaymentMethod",
    "NewPaymentMethodBy",
    "NewPlan",
    "NewPlanProductClass",
    "NewPrice",
    "NewRequest",
    "NewRequestBy",
    "NewRequestRouteType0",
    "NewSandbox",
    "NewSubscription",
    "NextChange",
    "NextCharge",
    "OfflineAnswer",
    "OnSale",
    "OrderChosen",
    "OrderChosenKind",
    "OrdersChosen",
    "PaidBack",
    "Plan",
    "PlanChosen",
    "PlansChosen",
    "PoliciesChosen",
    "PolicyChosen",
    "PolicyTextChosen",
    "Price",
    "Problem",
    "ProblemErrorsItem",
    "ProblemValues",
    "Question",
    "Refund",
    "RefundChosen",
    "RefundChosenEffect",
    "RefundChosenState",
    "RefundChosenWay",
    "RefundEffect",
    "RefundRequest",
    "RefundRequestAct",
    "RefundRequestChosen",
    "RefundRequestChosenAct",
    "RefundRequestChosenState",
    "RefundRequestsChosen",
    "RefundRequestState",
    "RefundsChosen",
    "RefundState",
    "RefundWay",
    "Replay",
    "Replayed",
    "RequestPreview",
    "RequestPreviewEffect",
    "Sandbox",
    "Sandboxes",
    "SandboxKey",
    "StatedFacts",
    "StatedFactsFacts",
    "Stretch",
    "StretchOutcome",
    "Subscription",
    "SubscriptionChosen",
    "SubscriptionChosenState",
    "SubscriptionsChosen",
    "SubscriptionState",
    "Summary",
    "Term",
    "Terms",
    "TermState",
    "Told",
    "Try",
    "UndoPreview",
    "Until",
    "Verdict",
    "VerdictOutcome",
    "WhatIf",
    "WhatIfAct",
    "WhatIfKind",
)
