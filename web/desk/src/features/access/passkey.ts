/** Passkeys: between the JSON of the server and the buffers of the browser. */

/** Browsers make passkeys for names only, never for a bare address such as 192.168.1.5. */
export function canUsePasskeys(host = window.location.hostname): boolean {
  const isAddress = /^[\d.]+$/.test(host) || host.includes(':')
  return window.isSecureContext && 'PublicKeyCredential' in window && !isAddress
}

interface DescriptorJson {
  id: string
  type: 'public-key'
}

interface OptionsJson {
  publicKey: Record<string, unknown> & {
    challenge: string
    user?: { id: string }
    excludeCredentials?: DescriptorJson[]
    allowCredentials?: DescriptorJson[]
  }
}

/** Asks the person for a passkey they have. */
export async function usePasskey(options: OptionsJson): Promise<unknown> {
  const credential = await navigator.credentials.get({ publicKey: decode(options) as unknown as PublicKeyCredentialRequestOptions })
  return encode(credential as PublicKeyCredential)
}

/** Lets the person make a new passkey. */
export async function makePasskey(options: OptionsJson): Promise<unknown> {
  const credential = await navigator.credentials.create({ publicKey: decode(options) as unknown as PublicKeyCredentialCreationOptions })
  return encode(credential as PublicKeyCredential)
}

/** The person closed the browser's question, or let it lapse. */
export function wasDeclined(error: unknown): boolean {
  return error instanceof DOMException && ['NotAllowedError', 'AbortError'].includes(error.name)
}

function decode({ publicKey }: OptionsJson): Record<string, unknown> {
  const decoded: Record<string, unknown> = { ...publicKey, challenge: bytes(publicKey.challenge) }
  if (publicKey.user) decoded.user = { ...publicKey.user, id: bytes(publicKey.user.id) }
  for (const list of ['excludeCredentials', 'allowCredentials'] as const) {
    if (publicKey[list]) decoded[list] = publicKey[list].map((one) => ({ ...one, id: bytes(one.id) }))
  }
  return decoded
}

function encode(credential: PublicKeyCredential): unknown {
  const { response } = credential
  const said: Record<string, unknown> = { clientDataJSON: text(response.clientDataJSON) }
  if (response instanceof AuthenticatorAttestationResponse) {
    said.attestationObject = text(response.attestationObject)
    said.transports = response.getTransports()
  } else if (response instanceof AuthenticatorAssertionResponse) {
    said.authenticatorData = text(response.authenticatorData)
    said.signature = text(response.signature)
    said.userHandle = response.userHandle ? text(response.userHandle) : null
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: said,
  }
}

export function bytes(value: string): Uint8Array {
  const plain = atob(value.replace(/-/g, '+').replace(/_/g, '/'))
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0))
}

export function text(buffer: ArrayBuffer): string {
  const plain = String.fromCharCode(...new Uint8Array(buffer))
  return btoa(plain).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}
