"""The policies of scenario 003: the guide's examples in our own spelling, mistakes kept, and their correct forms."""

HEAD = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n"

DEFAULT_DENY = HEAD + """  name: default-deny
  namespace: default
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
"""

ALLOW_FRONTEND_TO_BACKEND = HEAD + """  name: allow-frontend-to-backend
  namespace: default
spec:
  podSelector:
    matchLabels: {app: backend}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector:
            matchLabels: {app: frontend}
      ports:
        - {protocol: TCP, port: 8080}
"""

# What the hint of the quick start prints: the egress half that the guide forgot.
ALLOW_FRONTEND_EGRESS = HEAD + """  name: allow-frontend-egress-to-backend
  namespace: default
spec:
  podSelector:
    matchLabels: {app: frontend}
  policyTypes: [Egress]
  egress:
    - to:
        - podSelector:
            matchLabels: {app: backend}
      ports:
        - {protocol: TCP, port: 8080}
"""

PATTERN_1 = HEAD + """  name: default-deny
  namespace: myapp
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
---
# DNS, as the guide writes it: no namespace carries this label unless somebody sets it.
""" + HEAD + """  name: allow-dns
  namespace: myapp
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              name: kube-system
      ports:
        - {protocol: UDP, port: 53}
---
""" + HEAD + """  name: allow-app-traffic
  namespace: myapp
spec:
  podSelector:
    matchLabels: {app: backend}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector:
            matchLabels: {app: frontend}
      ports:
        - {protocol: TCP, port: 8080}
"""

PATTERN_2 = HEAD + """  name: namespace-isolation
  namespace: myapp
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector: {}
"""

# No namespace is written: the objects land in `default`.
PATTERN_3 = "# Frontend tier: meant to reach the internet and nothing inside.\n" + HEAD + """  name: frontend-policy
spec:
  podSelector:
    matchLabels: {tier: frontend}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector: {}
      ports:
        - {protocol: TCP, port: 80}
        - {protocol: TCP, port: 443}
---
# Backend tier: from the frontend tier only.
""" + HEAD + """  name: backend-policy
spec:
  podSelector:
    matchLabels: {tier: backend}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector:
            matchLabels: {tier: frontend}
      ports:
        - {protocol: TCP, port: 8080}
---
# Database tier: from the backend tier only.
""" + HEAD + """  name: database-policy
spec:
  podSelector:
    matchLabels: {tier: database}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector:
            matchLabels: {tier: backend}
      ports:
        - {protocol: TCP, port: 5432}
"""

PATTERN_4 = """apiVersion: crd.projectcalico.org/v1
kind: NetworkPolicy
metadata:
  name: allow-external-api
  namespace: myapp
spec:
  selector: app == 'myapp'
  types:
  - Egress
  egress:
  - action: Allow
    destination:
      domains:
      - "api.example.com"
      - "*.example.com"
    ports:
    - protocol: TCP
      port: 443
"""

NETWORK_SET = """apiVersion: crd.projectcalico.org/v1
kind: NetworkSet
metadata:
  name: external-apis
  namespace: default
spec:
  nets:
    - 10.0.0.0/8
    - 172.16.0.0/12
"""

ALLOW_EXTERNAL_IPS = HEAD + """  name: allow-external-ips
spec:
  podSelector:
    matchLabels: {app: myapp}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector: {}
"""

NETWORK_SET_LABELLED = """apiVersion: projectcalico.org/v3
kind: NetworkSet
metadata:
  name: external-apis
  namespace: default
  labels: {role: external-apis}
spec:
  nets:
    - 10.0.0.0/8
    - 172.16.0.0/12
"""

ALLOW_EXTERNAL_IPS_CALICO = """apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata:
  name: allow-external-ips
  namespace: default
spec:
  selector: app == 'myapp'
  types: [Egress]
  egress:
    - action: Allow
      destination:
        selector: role == 'external-apis'
"""

SCRAPER_ACCOUNT = """apiVersion: v1
kind: ServiceAccount
metadata:
  name: prometheus-scraper
  namespace: monitoring
"""

ALLOW_MONITORING = HEAD + """  name: allow-monitoring
  namespace: monitoring
spec:
  podSelector:
    matchLabels: {app: prometheus}
  policyTypes: [Ingress]
  ingress:
    - from:
        - podSelector:
            matchExpressions:
              - key: serviceAccountName
                operator: In
                values: [prometheus-scraper]
      ports:
        - {protocol: TCP, port: 9090}
"""

ALLOW_MONITORING_CALICO = """apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata:
  name: allow-monitoring
  namespace: monitoring
spec:
  selector: app == 'prometheus'
  types: [Ingress]
  ingress:
    - action: Allow
      protocol: TCP
      source:
        serviceAccounts:
          names: [prometheus-scraper]
      destination:
        ports: [9090]
"""

ALLOW_DIAGNOSTICS = HEAD + """  name: allow-diagnostics
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector:
            matchLabels: {name: kube-system}
      ports:
        - protocol: UDP
          port: 53
    - to:
        - podSelector: {}
      ports:
        - protocol: ICMP
"""

ALLOW_DIAGNOSTICS_DNS = HEAD + """  name: allow-diagnostics
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - namespaceSelector:
            matchLabels: {kubernetes.io/metadata.name: kube-system}
      ports:
        - {protocol: UDP, port: 53}
        - {protocol: TCP, port: 53}
"""

# IPv4 only: ICMPv6 would be a second rule.
ALLOW_DIAGNOSTICS_ICMP = """apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata:
  name: allow-diagnostics-icmp
  namespace: default
spec:
  types: [Egress]
  egress:
    - action: Allow
      protocol: ICMP
      destination:
        selector: all()
"""

LABELS_FRAGMENT = """labels:
  app: myapp
  version: v1
  tier: backend
  team: platform
  env: production
"""

METADATA_FRAGMENT = """metadata:
  annotations:
    description: Allow frontend to backend on port 8080
    owner: platform-team
    last-updated: "2025-01-15"
"""

ALERT_FRAGMENT = """alert: PolicyEnforcementErrors
expr: rate(calico_enforcement_errors_total[5m]) > 0
for: 5m
annotations:
  summary: Calico policy enforcement errors detected
"""

KUSTOMIZATION = """apiVersion: kustomize.toolkit.fluxcd.io/v1beta2
kind: Kustomization
metadata:
  name: network-policies
spec:
  interval: 1m
  sourceRef:
    kind: GitRepository
    name: policies
  path: ./calico-policies
"""

PROMETHEUS_RULE = """apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata:
  name: policy-alerts
  namespace: monitoring
spec:
  groups:
    - name: policy
      rules:
        - alert: PolicyEnforcementErrors
          expr: rate(calico_enforcement_errors_total[5m]) > 0
          for: 5m
"""

# The guide's "enforcement mode" switch does not exist: this is an unknown field of a kind that is no policy.
INSTALLATION = """apiVersion: operator.tigera.io/v1
kind: Installation
metadata:
  name: default
spec:
  podSecurityPolicy:
    type: enforced
"""
