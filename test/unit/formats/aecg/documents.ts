/** Small annotated ECGs, as text. */

export interface LeadText {
  code: string;
  digits: string;
  origin?: string;
  scale?: string;
  unit?: string;
}

export const lead = ({ code, digits, origin = '0', scale = '5', unit = 'uV' }: LeadText): string =>
  `<component><sequence><code code="${code}" codeSystem="2.16.840.1.113883.6.24"/>
<value xsi:type="SLIST_PQ"><origin value="${origin}" unit="${unit}"/><scale value="${scale}" unit="${unit}"/>` +
  `<digits>${digits}</digits></value></sequence></component>`;

export const absolute = (increment = '0.002', unit = 's', head = '20260115093000.500'): string =>
  `<component><sequence><code code="TIME_ABSOLUTE" codeSystem="2.16.840.1.113883.5.4"/>
<value xsi:type="GLIST_TS"><head value="${head}"/><increment value="${increment}" unit="${unit}"/></value></sequence>` +
  `</component>`;

export const relative = (increment = '0.001', unit = 's'): string =>
  `<component><sequence><code code="TIME_RELATIVE" codeSystem="2.16.840.1.113883.5.4"/>
<value xsi:type="GLIST_PQ"><head value="0" unit="s"/><increment value="${increment}" unit="${unit}"/></value>` +
  `</sequence></component>`;

export const set = (...sequences: string[]): string =>
  `<component><sequenceSet>${sequences.join('\n')}</sequenceSet></component>`;

export const series = (...content: string[]): string =>
  '<component><series><id root="s"/><code code="RHYTHM"/>' +
  '<effectiveTime><low value="20260115093000"/><high value="20260115093010"/></effectiveTime>' +
  `${content.join('\n')}</series></component>`;

export const derived = (...content: string[]): string =>
  `<derivation><derivedSeries><code code="REPRESENTATIVE_BEAT"/>${content.join('\n')}</derivedSeries></derivation>`;

const SUBJECT =
  `<componentOf><timepointEvent><componentOf><subjectAssignment><subject><trialSubject>` +
  `<id root="2.999" extension="SUBJ_1"/>
<subjectDemographicPerson><name>J &amp; D</name><administrativeGenderCode code="F"/><birthTime value="19530508"/>` +
  `</subjectDemographicPerson></trialSubject></subject>
<componentOf><clinicalTrial><id root="2.998" extension="TRIAL_1"/></clinicalTrial></componentOf></subjectAssignment>` +
  `</componentOf></timepointEvent></componentOf>`;

export const annotation = (code: string, value: string, region = '', inner = ''): string =>
  `<component><annotation><code code="${code}"/>${value}
${region === '' ? '' : `<support><supportingROI><code code="ROIPS"/>${region}</supportingROI></support>`}` +
  `${inner}</annotation></component>`;

export const boundary = (code: string, value = ''): string =>
  `<component><boundary><code code="${code}"/>${value}</boundary></component>`;
export const interval = (low: string, high: string): string =>
  `<value xsi:type="IVL_TS"><low value="${low}"/><high value="${high}"/></value>`;
export const annotations = (...all: string[]): string =>
  `<subjectOf><annotationSet><activityTime value="20260115"/>${all.join('\n')}</annotationSet></subjectOf>`;

export const aecgText = (content: string, declaration = '<?xml version="1.0" encoding="UTF-8"?>'): string =>
  `${declaration}
<AnnotatedECG xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
  `<id root="61d1a24f-b47e-41aa-ae95-f8ac302f4eeb"/><code code="93000"/><text>a note</text>
<effectiveTime><low value="20260115093000"/><high value="20260115093010"/></effectiveTime>${SUBJECT}
${content}</AnnotatedECG>`;

/** A rhythm of two leads with annotations, and a representative beat of it. */
export const WHOLE = aecgText(
  series(
    set(
      absolute(),
      lead({ code: 'MDC_ECG_LEAD_I', digits: '1 -2\n 3 4 5' }),
      lead({ code: 'MDC_ECG_LEAD_AVR', digits: '10 NaN 30', origin: '12.5', scale: '2.5' }),
    ),
    annotations(
      annotation(
        'MDC_ECG_BEAT',
        '<value xsi:type="CE" code="MDC_ECG_BEAT_NORMAL"/>',
        boundary('TIME_ABSOLUTE', interval('20260115093000.504', '20260115093000.508')),
        annotation('MDC_ECG_TIME_PD_QT', '<value xsi:type="PQ" value="400" unit="ms"/>', boundary('MDC_ECG_LEAD_AVR')),
      ),
      annotation(
        'MDC_ECG_RHYTHM',
        '<value xsi:type="ST">sinus</value>',
        boundary('TIME_ABSOLUTE', '<value xsi:type="TS" value="20260115093000.502"/>'),
      ),
      annotation('MDC_ECG_HEART_RATE', '<value xsi:type="PQ" value="60" unit="bpm"/>'),
    ),
    derived(
      set(relative(), lead({ code: 'MDC_ECG_LEAD_I', digits: '7 8' })),
      annotations(
        annotation(
          'X',
          '<value code="P"/>',
          boundary('TIME_RELATIVE', '<value xsi:type="IVL_PQ"><low value="1" unit="ms"/></value>'),
        ),
      ),
    ),
  ),
);
