{{/*
One process: its settings, its Deployment and its disruption budget.
Takes root, component (the command's word), values, ports (name to number) and health (a port's name).
*/}}
{{- define "xepa.process" -}}
{{- $root := .root -}}
{{- $name := printf "%s-%s" (include "xepa.fullname" $root) .component -}}
{{- $who := dict "root" $root "component" .component -}}
{{- $mounts := default list .values.volumeMounts -}}
{{- $volumes := default list .values.volumes -}}
{{- if and (eq .component "bot") $root.Values.policy -}}
{{/* The folder, not the file: a file that is mounted alone never changes. */}}
{{- $mounts = append $mounts (dict "name" "xepa-policy" "mountPath" "/etc/xepa-policy" "readOnly" true) -}}
{{- $volumes = append $volumes (dict "name" "xepa-policy" "configMap" (dict "name" (printf "%s-policy" (include "xepa.fullname" $root)))) -}}
{{- end -}}
{{- $recorded := and (eq .component "web-console") $root.Values.recordings.existingClaim -}}
{{- if $recorded -}}
{{- $mounts = append $mounts (dict "name" "xepa-recordings" "mountPath" "/var/lib/xepa-recordings") -}}
{{- $volumes = append $volumes (dict "name" "xepa-recordings" "persistentVolumeClaim" (dict "claimName" $root.Values.recordings.existingClaim)) -}}
{{- end -}}
{{- $settings := include "xepa.settings" (dict "root" $root "component" .component "settings" .values.settings) -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ $name }}
  labels:
    {{- include "xepa.labels" $who | nindent 4 }}
data:
  {{- $settings | trim | nindent 2 }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ $name }}
  labels:
    {{- include "xepa.labels" $who | nindent 4 }}
spec:
  replicas: {{ .values.replicas }}
  revisionHistoryLimit: 5
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 0
  selector:
    matchLabels:
      {{- include "xepa.selector" $who | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "xepa.selector" $who | nindent 8 }}
      annotations:
        checksum/config: {{ $settings | sha256sum }}
        checksum/secret: {{ toJson $root.Values.secrets.values | sha256sum }}
        {{- with .values.podAnnotations }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
    spec:
      serviceAccountName: {{ include "xepa.fullname" $root }}
      automountServiceAccountToken: false
      enableServiceLinks: false
      terminationGracePeriodSeconds: {{ .values.terminationGracePeriodSeconds }}
      {{- with $root.Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
        runAsGroup: 1000
        {{- if $recorded }}
        # So that a fresh volume can be written.
        fsGroup: 1000
        fsGroupChangePolicy: OnRootMismatch
        {{- end }}
        seccompProfile:
          type: RuntimeDefault
      topologySpreadConstraints:
        - maxSkew: 1
          topologyKey: kubernetes.io/hostname
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "xepa.selector" $who | nindent 14 }}
        - maxSkew: 1
          topologyKey: topology.kubernetes.io/zone
          whenUnsatisfiable: ScheduleAnyway
          labelSelector:
            matchLabels:
              {{- include "xepa.selector" $who | nindent 14 }}
      {{- with .values.nodeSelector }}
      nodeSelector:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with .values.tolerations }}
      tolerations:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      containers:
        - name: {{ .component }}
          image: {{ include "xepa.image" $root | quote }}
          imagePullPolicy: {{ $root.Values.image.pullPolicy }}
          args: [{{ .component | quote }}]
          ports:
            {{- range $port, $number := .ports }}
            - name: {{ $port }}
              containerPort: {{ $number }}
            {{- end }}
          envFrom:
            - configMapRef:
                name: {{ $name }}
          env:
            {{- include "xepa.secretEnv" (dict "root" $root "component" .component "keys" .values.secretKeys) | trim | nindent 12 }}
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities:
              drop: [ALL]
          # Ready means that Redis (and Slack, for the bot) can be reached.
          startupProbe:
            httpGet: { path: /healthz, port: {{ .health }} }
            periodSeconds: 2
            failureThreshold: 60
          readinessProbe:
            httpGet: { path: /healthz, port: {{ .health }} }
            periodSeconds: 5
            failureThreshold: 2
            timeoutSeconds: 3
          # Slow on purpose: a Redis that is away for a few minutes is no reason to restart anything,
          # a process that answers nothing for that long is.
          livenessProbe:
            httpGet: { path: /healthz, port: {{ .health }} }
            periodSeconds: 30
            failureThreshold: 10
            timeoutSeconds: 5
          lifecycle:
            preStop:
              # Long enough for proxies to learn that this pod takes no more.
              sleep: { seconds: 5 }
          resources:
            {{- toYaml .values.resources | nindent 12 }}
          {{- with $mounts }}
          volumeMounts:
            {{- toYaml . | nindent 12 }}
          {{- end }}
      {{- with $volumes }}
      volumes:
        {{- toYaml . | nindent 8 }}
      {{- end }}
{{- if $root.Values.podDisruptionBudget.enabled }}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ $name }}
  labels:
    {{- include "xepa.labels" $who | nindent 4 }}
spec:
  maxUnavailable: {{ $root.Values.podDisruptionBudget.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "xepa.selector" $who | nindent 6 }}
{{- end }}
{{- end -}}
