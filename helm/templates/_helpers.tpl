{{/* The name of the release's objects. */}}
{{- define "xepa.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Labels that select; they never change. Takes (dict "root" $ "component" "bot"). */}}
{{- define "xepa.selector" -}}
app.kubernetes.io/name: {{ default .root.Chart.Name .root.Values.nameOverride }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
{{- with .component }}
app.kubernetes.io/component: {{ . }}
{{- end }}
{{- end -}}

{{- define "xepa.labels" -}}
{{ include "xepa.selector" . }}
app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "xepa.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end -}}

{{- define "xepa.secretName" -}}
{{- default (include "xepa.fullname" .) .Values.secrets.existingSecret -}}
{{- end -}}

{{/* Plain settings of one process, defaults of the chart first. Takes root, component, settings. */}}
{{- define "xepa.settings" -}}
{{- $v := .root.Values -}}
{{- $own := dict "XEPA_PUBLIC_URL" $v.publicUrl -}}
{{- if $v.redis.url }}{{ $_ := set $own "REDIS_URL" $v.redis.url }}{{ end -}}
{{- if eq .component "bot" }}{{ $_ := set $own "XEPA_SLACK_MODE" $v.slack.mode }}{{ end -}}
{{- if and (eq .component "bot") $v.policy }}{{ $_ := set $own "XEPA_POLICY_FILE" "/etc/xepa-policy/policy.yaml" }}{{ end -}}
{{- if and (eq .component "web-console") $v.recordings.existingClaim -}}
{{- $_ := set $own "XEPA_RECORDINGS_DIR" "/var/lib/xepa-recordings" -}}
{{- end -}}
{{- if and (eq .component "web-console") $v.ingress.enabled -}}
{{- $_ := set $own "XEPA_TRUST_PROXY" (toString $v.ingress.trustedHops) -}}
{{- end -}}
{{- range $name, $value := mustMergeOverwrite $own (deepCopy $v.settings) (deepCopy .settings) }}
{{ $name }}: {{ $value | quote }}
{{- end }}
{{- end -}}

{{/* Variables that come from a Secret. Takes root, component, keys. */}}
{{- define "xepa.secretEnv" -}}
{{- $v := .root.Values -}}
{{- $secret := include "xepa.secretName" .root -}}
{{- $keys := .keys -}}
{{- if eq .component "bot" -}}
{{- $keys = append $keys (ternary "SLACK_SIGNING_SECRET" "SLACK_APP_TOKEN" (eq $v.slack.mode "http")) -}}
{{- if $v.slack.oauth }}{{ $keys = concat (without $keys "SLACK_BOT_TOKEN") (list "SLACK_CLIENT_ID" "SLACK_CLIENT_SECRET") }}{{ end -}}
{{- end -}}
{{- range $key := $keys | uniq }}
- name: {{ $key }}
  valueFrom:
    secretKeyRef:
      name: {{ $secret }}
      key: {{ $key }}
      {{- if has $key $v.secrets.optional }}
      optional: true
      {{- end }}
{{- end }}
{{- if not $v.redis.url }}
- name: REDIS_URL
  valueFrom:
    secretKeyRef:
      name: {{ default $secret $v.redis.existingSecret }}
      key: {{ $v.redis.key }}
{{- end }}
{{- end -}}
